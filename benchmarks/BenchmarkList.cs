namespace ML.Extensions.Benchmarks;

/// <summary>Every benchmark: one line each.</summary>
internal static class BenchmarkList
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("conformance", "every golden case through our own code; writes docs/results/conformance.md [--goldens --only models,layouts,tokenizers,folders --output]", Conformance.Run),
        new("decode", "speed against llama.cpp on a GGUF file: behind 16 and 1,024 tokens, a prompt of 1,024 [--rounds --model]", DecodeSpeed.Run),
        new("embed-throughput", "speed against ONNX Runtime and the model's package: full windows, mixed texts, one short text [--rounds --texts --data --only 512,128,16,mixed,int8]", EmbedThroughput.Run),
        new("rotary-throughput", "speed of the default model against its teacher, which is the same but for its absolute positions, and time of SelfExtend over plain attention [--rounds]", RotaryThroughput.Run),
        new("fuzz", "damaged configs, tokenizers and weight files: opened or refused, nothing else [--files --seed --data]", Fuzz.Run),
        new("graphkv-citeseer", "fields of CiteSeer's papers from ego graphs: edges against none, and against papers that are not cited [--papers --references --tokens --ways --model --adapter --csv --data]", GraphKvCiteseer.Run),
        new("graphkv-nq", "answers and their likelihood on Natural Questions, one gold passage among others at each place, under every plan; goes on with its file [--questions --passages --plans --places --model --adapter --csv --data]", GraphKvNq.Run),
        new("graphkv-tasks", "what plans learn from scratch: linked facts (A), the asked segment's place (B), more segments than trained (C); resumable, CSV, plot [--tasks A,B,C --methods --seeds --steps --output --threads --plot]", GraphKvTasks.Run),
        new("graphkv-tune", "LoRA of a decoder on SQuAD and MuSiQue under four plans at once, or on CiteSeer's ego graphs under three; writes an adapter for graphkv-nq or graphkv-citeseer; resumable [--set --model --data --output --steps --rows --passages --rank --rate --seed --threads --precision --minutes]", GraphKvTune.Run),
        new("graphkv-ttft", "time to the first answer token behind cached segments, of an ego graph, of attention by edges; decoding against llama.cpp [--rounds --segments --tokens --model]", GraphKvTtft.Run),
        new("house", "files, lines and long files of our own C#", House.Run),
        new("late-chunks", "share of needle documents whose nearest late chunk holds the needle, by strategy [--model --strategies --tokens --documents --chunk --draws --data]", LateChunks.Run),
        new("long-attention", "seconds and memory of one text in one pass [--lengths]", LongAttention.Run),
        new("longembed", "LongEmbed's six tasks: Acc@1 or nDCG@10 by strategy and length; CSV, plot [--model --tasks --strategies --lengths --tokens --draws --documents --queries --against --csv --plot --data --haystack --dataset]", LongEmbed.Run),
        new("passkey", "Acc@1 of a passkey in filler, by strategy and length [--model --lengths --strategies --queries --documents --draws --seed]", Passkey.Run),
        new("retrieval", "nDCG@10 on real documents, by strategy and its paired difference from the first [--set qmsum|squality|squality-summaries|scifact|nq --split --model --strategies --tokens --documents --against --data]", Retrieval.Run),
        new("story-tuning", "nDCG@10 on SQuALITY's test questions before and after training on its training stories; goes on where it was ended [--model --folder --rows --rate --batch --seed --strategies --tokens --split --data]", StoryTuning.Run),
        new("sts", "Spearman and Pearson on the STS benchmark [--model --languages en,de --split --pairs --data]", Sts.Run),
        new("tokenize-throughput", "megabytes a second against Hugging Face's tokenizers library, one thread [--rounds --megabytes --data --only wordpiece,bpe,unigram]", TokenizeThroughput.Run),
        new("training", "tokens a second of distilling the default model into its rotary twin, float32 and bfloat16 [--steps --tokens --teacher --precision]", TrainingThroughput.Run),
        new("training-peers", "tokens a second of training a BERT against PyTorch, in turn: float32 and bfloat16 [--lengths --threads --rounds --steps --peer-bfloat16 --python]", TrainingPeers.Run),
        new("self-extend", "SelfExtend against libtorch's flash attention: time, memory, backward [--lengths --backward --rounds]", SelfExtend.Run),
    ];
}
