#!/usr/bin/env python3
"""Writes tests/Generation/JinjaCases.json: templates of our own, rendered by Jinja2 itself set up as Hugging Face sets it up.
Needs the Python package jinja2 (3.1); the templates use what the templates of published models use."""
import datetime, json, os
import jinja2, jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

class Generation(jinja2.ext.Extension):
    tags = {"generation"}
    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)

def refuse(message):
    raise jinja2.exceptions.TemplateError("refused: " + message)

env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
env.filters["tojson"] = lambda x, ensure_ascii=False, indent=None, separators=None, sort_keys=False: json.dumps(
    x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
env.globals["raise_exception"] = refuse
env.globals["strftime_now"] = lambda f: datetime.datetime(2026, 3, 9, 8, 5, 7).strftime(f)

tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string", "enum": ["A", "ü\n"]}}, "required": ["city"]}}}
data = {
    "messages": [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "Hi\n 😀 <b>\"q\"</b>"}, {"role": "assistant", "content": "<think>x</think> Yes"}, {"role": "user", "content": "2+2?"}],
    "tools": [tool], "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True,
    "n": 7, "x": 2.5, "big": 1e20, "small": 1e-7, "neg": -3, "text": "Grüße 😀 aus Köln", "empty": "", "nothing": None, "flag": True,
    "list": [3, 1, 2], "words": ["b", "A", "c"], "map": {"b": 1, "a": [1, {"c": None}], "keys": "own"}, "pairs": [["p", 1], ["q", 2]],
}
snippets = """
{{ 1 }} {{ x }} {{ big }} {{ small }} {{ neg }} {{ 1.0 }} {{ 123456789.125 }} {{ nothing }} {{ flag }}
{{ list }} {{ map }} {{ (1,) }} {{ (1, 'a') }} {{ ["it's", 'say "x"', 'both \\' and "', 'l\\n'] }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 2 ** 5 }} {{ -x }} {{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }}
{{ 'a' ~ 1 ~ none ~ true }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ 'a' + 'b' 'c' }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ not 1 == 2 }} {{ 1 in list }} {{ 9 not in list }} {{ 'ü' in text }} {{ 'a' in map }} {{ [1, 2] == [1, 2] }} {{ 'x' == 1 }}
{{ 1 and 0 or 5 }} {{ '' or 'b' }} {{ nothing and 1 }} {{ not nothing }} {{ 'yes' if flag else 'no' }} {{ 'only' if not flag }}|
{{ text[0] }} {{ text[-1] }} {{ text[6] }} {{ text[:5] }} {{ text[6:7] }} {{ text[::-1] }} {{ list[1:] }} {{ list[::-1] }} {{ list[-2:] }} {{ list[5:] }} {{ messages[1:3] | length }} {{ list[::2] }}
{{ map.b }} {{ map['a'] }} {{ map.missing }}| {{ map.missing is defined }} {{ map['keys'] }} {{ map.a[1].c is none }} {{ map.get('zz', 'other') }} {{ map.get('zz') }} {{ map.items() | list }} {{ map.keys() | list }} {{ map.values() | list }}
{{ undefined_thing }}| {{ undefined_thing is defined }} {{ undefined_thing is undefined }} {{ undefined_thing | default('d') }} {{ '' | default('d') }}| {{ '' | default('d', true) }} {{ nothing | d('x', boolean=true) }} {{ undefined_thing | length }}
{% for a in undefined_thing %}x{% else %}none{% endfor %}
{% for m in messages %}{{ loop.index }}/{{ loop.length }}{{ ' first' if loop.first }}{{ ' last' if loop.last }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }}: {{ m.role }};{% endfor %}
{% for m in messages if m.role == 'user' %}{{ loop.index }} {{ loop.last }} {{ loop.previtem.role if loop.previtem is defined else '-' }} {{ loop.nextitem is defined }} {{ loop.cycle('odd', 'even') }};{% endfor %}
{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}{% for k in map %}{{ k }}{% endfor %}{% for c in 'aü😀' %}{{ c }},{% endfor %}{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}
{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %} {{ range(2, 11, 3) | list }} {{ range(3, 0, -1) | list }}
{% set a = 1 %}{% for i in [1, 2] %}{% set a = a + i %}{{ a }}{% endfor %}{{ a }} {% set ns = namespace(t=0, u='x') %}{% for i in list %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}{{ ns.u }}
{% set a, b = 1, 'z' %}{{ a }}{{ b }} {% set (c, d) = pairs[1] %}{{ c }}{{ d }} {% set block %} in {{ n }} {% endset %}[{{ block }}] {% set up | upper | trim %} in {% endset %}[{{ up }}]
{% if nothing %}a{% elif list %}b{% else %}c{% endif %}{% if not list %}a{% else %}d{% endif %}{% if flag and n > 6 and 'a' in map %}e{% endif %}
{% macro greet(name, mark='!', *) %}{% endmacro %}
{% macro greet(name, mark='!') %}Hi {{ name }}{{ mark }}{{ n }}{% endmacro %}{{ greet('A') }} {{ greet('B', mark='?') }} {{ greet(name='C') }} {{ greet(*['D', '.']) }} {{ greet('E') | upper }}
{% macro wrap(tag) %}<{{ tag }}>{{ caller() }}</{{ tag }}>{% endmacro %}{% call wrap('b') %}in {{ n }}{% endcall %}
{% macro deep(v, level=0) %}{% if v is mapping %}{{ '{' }}{% for k in v %}{{ k }}:{{ deep(v[k], level + 1) }}{% endfor %}{{ '}' }}{% elif v is sequence and v is not string %}[{% for i in v %}{{ deep(i, level + 1) }}{% endfor %}]{% else %}{{ v }}@{{ level }}{% endif %}{% endmacro %}{{ deep(map) }}
{% for i in [1, [2, [3]]] recursive %}{{ loop(i) if i is iterable else i }}{{ loop.depth }}{% endfor %}
{% filter upper %}loud {{ n }}{% endfilter %} {% with a = 3, b = 4 %}{{ a * b }}{% endwith %}{{ a }}| {% generation %}gen{% endgeneration %}
{{ ' a b ' | trim }}| {{ 'xxaxx' | trim('x') }} {{ 'hEllo wORLD' | capitalize }} {{ 'hEllo wORLD' | title }} {{ 'a' | upper }} {{ 'Ä' | lower }} {{ 'aXbX' | replace('X', '-') }} {{ 'aXbX' | replace('X', '-', 1) }} {{ 'abc' | reverse }} {{ 'abc' | first }} {{ 'abc' | last }}
{{ words | join(', ') }} {{ words | sort | join }} {{ words | sort(reverse=true) | join }} {{ words | sort(case_sensitive=true) | join }} {{ list | sort }} {{ list | max }} {{ list | min }} {{ list | sum }} {{ list | reverse | list }} {{ [1, 1, 2] | unique | list }} {{ messages | map(attribute='role') | join(',') }} {{ words | map('upper') | list }}
{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list }} {{ messages | rejectattr('role', 'in', ['user', 'system']) | list | length }} {{ list | select('odd') | list }} {{ list | reject('gt', 1) | list }} {{ messages | selectattr('content') | list | length }} {{ ['', 'a'] | select | list }}
{{ map | tojson }} {{ tools | tojson }} {{ text | tojson }} {{ 'a"b\\\\c\\n\\t/<>&' | tojson }} {{ none | tojson }} {{ x | tojson }} {{ 1.0 | tojson }} {{ flag | tojson }} {{ map | tojson(ensure_ascii=true) }} {{ text | tojson(ensure_ascii=true) }}
{{ tools | tojson(indent=2) }} {{ {} | tojson(indent=4) }} {{ [] | tojson(indent=4) }} {{ map | tojson(separators=(',', ':')) }} {{ map | tojson(sort_keys=true) }} {{ map | dictsort }}
{{ '12' | int + 1 }} {{ 'z' | int }} {{ 'z' | int(5) }} {{ 3.9 | int }} {{ '2.5' | float }} {{ 2 | float }} {{ 2.567 | round(2) }} {{ 2.5 | round }} {{ 2.1 | round(0, 'ceil') }} {{ -3 | abs }} {{ (-3) | abs }} {{ 12 | string + 'a' }} {{ map | length }} {{ 'abc' | list }} {{ map | list }} {{ map | items | list }}
{{ 'a\\nb\\n\\nc' | indent(2) }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent(1, blank=true) }}
{{ ' x '.strip() }}| {{ 'xxaxx'.strip('x') }} {{ 'xxaxx'.lstrip('x') }} {{ 'xxaxx'.rstrip('x') }} {{ 'a,b,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ' a  b '.split() }} {{ '</think>'.join(['a', 'b']) }} {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'abc'.find('c') }} {{ '😀c'.find('c') }} {{ 'abc'.find('z') }} {{ 'aXbX'.replace('X', '') }} {{ 'abab'.count('ab') }} {{ 'ab'.upper() }} {{ 'AB'.lower() }} {{ 'a b'.title() }} {{ 'a\\nb'.splitlines() }} {{ 'abc'.removeprefix('a') }} {{ '12'.isdigit() }} {{ messages[2].content.split('</think>')[-1].lstrip() }}
{{ n is number }} {{ n is integer }} {{ x is float }} {{ flag is boolean }} {{ flag is true }} {{ text is string }} {{ map is mapping }} {{ list is iterable }} {{ text is sequence }} {{ nothing is none }} {{ n is odd }} {{ n is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ n is eq 7 }} {{ n is not none }} {{ 'a' is in 'abc' }} {{ n is gt(3) }} {{ text is not string }} {{ n is defined and n is not string }}
{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %A %B %j %y %I %p %%') }}
{{ '\\u00fc\\x41\\t|\\'|\\101|\\q' }} {{ "it's" }} {{ 1_000 }} {{ 1e3 }} {{ 2.5e-3 }} {{ {'a': 1, 'b': {'c': 2}} }} {{ {'a': {}}.a }}
a {#- comment -#} b {# x #} c {%- if true -%} d {%- endif -%} e {{- 1 -}} f {% raw %}{{ raw }} {% x %}{% endraw %} g
{%+ if true %} a {%+ endif %} b {% if true +%} c {% endif %} { { % } # }
{{ raise_exception('no') }}
{{ missing.member }}
{{ 1 + 'a' }}
{{ list.append(4) }}
{{ ''.__class__ }}|{{ messages.__class__ }}|{{ range.__globals__ }}
{% for i in 5 %}{% endfor %}
{{ nothing.x }}|
{{ unknown_function() }}
{{ 1 | unknown_filter }}
{{ 1 / 0 }}
{{ 'a' < 1 }}
{% if x %}
{{ x
{% endif %}
{{ 1 1 }}
{{ [1, }}
{{ 'abc }}
{% set x.y = 1 %}
{% include 'a' %}
""".strip("\n").split("\n")
blocks = ["""
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- bos_token + "<|head|>system<|end|>\\n\\n" }}
{%- if tools is not none %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|head|>' + message['role'] + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif 'tool_calls' in message %}
        {{- raise_exception("no tools here") }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|head|>assistant<|end|>\\n\\n' }}
{%- endif %}
""", """
{% for message in messages %}
  {% if loop.first and messages[0]['role'] != 'system' %}
<|start|>system
You are someone.<|stop|>
  {% endif %}
  {{ '<|start|>' + message['role'] + '\\n' + message['content'] + '<|stop|>' + '\\n' }}
  {% if loop.last %}
    last
  {% endif %}
{% endfor %}

{% if add_generation_prompt %}
{{ '<|start|>assistant\\n' }}
{% endif %}

""", """
{%- set ns = namespace(multi=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi and message.role == "user" and message.content is string and not(message.content.startswith('<r>') and message.content.endswith('</r>')) %}
        {%- set ns.multi = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content %}
    {%- if message.role == "assistant" %}
        {%- set reasoning = '' %}
        {%- if '</think>' in content %}
            {%- set reasoning = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '[' + message.role + ']' + reasoning + '|' + content }}
    {%- else %}
        {{- '[' + message.role + ']' + content }}
    {%- endif %}
{%- endfor %}
{{- ns.last }}
""", """
{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 1) %}{{ raise_exception('Roles must alternate') }}{% endif %}{{ message['role'] }}{% endfor %}
""", """line one
   {# indented comment #}
   {{ n }}
\t{% set q = 1 %}
   {%- set r = 2 %}
 x {% if q %} y
   {% endif %}
end
"""]
cases = []
for template in snippets + blocks:
    try:
        cases.append({"template": template, "rendered": env.from_string(template).render(**data)})
    except Exception as e:
        cases.append({"template": template, "error": type(e).__name__ + ": " + str(e)})
path = os.path.join(os.path.dirname(__file__), "..", "tests", "Generation", "JinjaCases.json")
json.dump({"jinja2": jinja2.__version__, "data": data, "cases": cases}, open(path, "w"), indent=1)
print(len(cases), sum("error" in c for c in cases))
for c in cases:
    if "error" in c: print(c["template"][:60], "->", c["error"])
