# What in a page could be more than text, a line each: tags and attributes that a report does not write, a tag or an
# entity made by somebody else's text, an address, a character that turns a line or a terminal.
use strict;
use warnings;
use open qw(:std :encoding(UTF-8));

my $page = do { local $/; <> };
my %tag = map { $_ => 1 } qw(body circle div figcaption figure g h1 h2 h3 head html line meta p pre rect span style svg
    table tbody td text th thead title tr);
my %attribute = map { $_ => 1 } qw(aria-label charset class content cx cy height http-equiv lang name r role
    text-anchor width x x1 x2 y y1 y2);
print "no doctype\n" unless $page =~ s/^<!DOCTYPE html>\n//;
print "no policy\n" unless $page =~ /<meta http-equiv=Content-Security-Policy content="default-src 'none'; style-src 'unsafe-inline'">/;
my $styles = $page =~ s{<style>(.*?)</style>}{}gs;
print "styles: $styles\n" unless $styles == 1;
print "style: $1\n" if $1 =~ /(<|url|import|expression)/i;
while ($page =~ s{<(/?)([a-z0-9]+)((?: [a-z0-9-]+=(?:"[^"<>]*"|[A-Za-z0-9.%-]+))*)(?: /)?>}{}s) {
    my ($name, $rest) = ($2, $3);
    print "tag: $name\n" unless $tag{$name};
    while ($rest =~ / ([a-z0-9-]+)=(?:"([^"]*)"|(\S+))/g) {
        print "attribute: $name $1\n" unless $attribute{$1};
        print "in an attribute: $2\n" if ($2 // '') =~ /\bW\d/;
    }
}
print "left of a tag: $1\n" while $page =~ /([<>].{0,40})/gs;
print "entity: $1\n" while $page =~ /(&(?!(?:amp|lt|gt|quot|#39);).{0,20})/gs;
printf "character: U+%04X\n", ord $1 while $page =~
    /([\x{0}-\x{8}\x{b}-\x{1f}\x{7f}-\x{9f}\x{61c}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}])/g;
