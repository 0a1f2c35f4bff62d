#!/usr/bin/env perl
# Writes src/Modeling/Tokenization/UnicodeTables.bin from the Unicode character database that Perl brings.
# Raw deflate of, in this order (numbers little endian): u32 counts of
#   compositions (u24 first, u24 second, u24 composed), canonical and then compatibility decompositions
#   (u24 character, u8 length, u24 each; full, Hangul syllables left out), classes (u24 first, u24 last, u8 class),
#   scripts (u8 length, name), script ranges (u24 first, u24 last, u8 script; Any is left out).
use strict;
use warnings;
use Unicode::UCD qw(prop_invmap);
use Unicode::Normalize qw(getCombinClass getCanon getCompat getComposite isComp_Ex);
use IO::Compress::RawDeflate qw(rawdeflate $RawDeflateError);

sub u24 { return join '', map { substr(pack('V', $_), 0, 3) } @_ }
my @points = grep { $_ < 0xD800 || $_ > 0xDFFF } 0 .. 0x10FFFF;
my (@canon, @compat, @compose, @classes);
my %seen;
for my $c (@points) {
    next if $c >= 0xAC00 && $c <= 0xD7A3;
    my $class = getCombinClass($c);
    if ($class) {
        if (@classes && $classes[-1][1] == $c - 1 && $classes[-1][2] == $class) { $classes[-1][1] = $c }
        else { push @classes, [$c, $c, $class] }
    }
    my ($canon, $compat) = (getCanon($c), getCompat($c));
    push @canon, [$c, map { ord } split //, $canon] if defined $canon;
    push @compat, [$c, map { ord } split //, $compat] if defined $compat && (!defined $canon || $compat ne $canon);
}
# A primary composite is what its one-step decomposition composes to: try each prefix, itself recomposed, with the last character.
for my $d (@canon) {
    my ($c, @parts) = @$d;
    next if @parts < 2 || isComp_Ex($c);
    my $last = pop @parts;
    my $first = shift @parts;
    for (@parts) { my $x = getComposite($first, $_); $first = $x if defined $x }
    my $made = getComposite($first, $last);
    push @compose, [$first, $last, $c] if defined $made && $made == $c;
}
my ($starts, $values) = prop_invmap('Script');
my (%number, @names, @ranges);
for my $i (0 .. $#$starts) {
    my $name = $values->[$i];
    next if $name eq 'Unknown';
    unless (exists $number{$name}) { $number{$name} = @names; push @names, $name }
    my $end = ($i < $#$starts ? $starts->[$i + 1] : 0x110000) - 1;
    push @ranges, [$starts->[$i], $end, $number{$name}];
}
my $data = pack('V6', scalar @compose, scalar @canon, scalar @compat, scalar @classes, scalar @names, scalar @ranges);
$data .= u24(@$_) for @compose;
for my $d (@canon, @compat) { my ($c, @p) = @$d; $data .= u24($c) . pack('C', scalar @p) . u24(@p) }
$data .= u24($_->[0], $_->[1]) . pack('C', $_->[2]) for @classes;
$data .= pack('C/a*', $_) for @names;
$data .= u24($_->[0], $_->[1]) . pack('C', $_->[2]) for @ranges;
rawdeflate \$data => 'src/Modeling/Tokenization/UnicodeTables.bin', -Level => 9 or die $RawDeflateError;
printf "Unicode %s: %d compositions, %d + %d decompositions, %d classes, %d scripts in %d ranges, %d bytes\n",
    Unicode::UCD::UnicodeVersion(), scalar @compose, scalar @canon, scalar @compat, scalar @classes, scalar @names, scalar @ranges, length $data;
