# A web server for tests: answers with the status that stands in FILE, its port goes into FILE.port.
use strict;
use IO::Socket::INET;
my $file = shift;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die $!;
open my $out, '>', "$file.new" or die $!;
print $out $server->sockport;
close $out;
rename "$file.new", "$file.port";
$SIG{PIPE} = 'IGNORE';
while (my $client = $server->accept) {
	while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
	open my $in, '<', $file or die $!;
	my $status = <$in> || 200;
	chomp $status;
	select undef, undef, undef, 0.2 if $status =~ s/ slow$//;
	print $client "HTTP/1.1 $status X\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
	close $client;
}
