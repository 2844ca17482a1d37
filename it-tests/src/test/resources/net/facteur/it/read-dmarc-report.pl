# Reads the mail that carries an aggregate report as Mail::DMARC does, and prints what it found.
use strict;
use warnings;
use Email::MIME;
use Email::Simple;
use IO::Uncompress::Gunzip;
use Mail::DMARC::Report;
use Mail::DMARC::Report::Receive;

no warnings qw(redefine once);
# Nothing is to be kept, and its paths know no namespace.
*Mail::DMARC::Report::save_aggregate = sub { 1 };
my $read = \&Mail::DMARC::Report::Receive::handle_body;
*Mail::DMARC::Report::Receive::handle_body = sub {
  my ($self, $body) = @_;
  $body =~ s/ xmlns="[^"]*"//;
  return $read->($self, $body);
};
local $/ = undef;
my $mail = <STDIN>;
my $receive = Mail::DMARC::Report::Receive->new;
my $kind = $receive->from_email_simple(Email::Simple->new($mail));
my $report = $receive->report->aggregate;
my ($meta, $policy) = ($report->metadata, $report->policy_published);
print join('|', $kind, $meta->org_name, $meta->email, $meta->report_id, $meta->begin, $meta->end), "\n";
print join('|', $policy->domain, $policy->p, $policy->sp, $policy->adkim, $policy->aspf), "\n";
for my $record (@{ $report->record }) {
  my ($row, $ids, $auth) = ($record->row, $record->identifiers, $record->auth_results);
  my $evaluated = $row->policy_evaluated;
  print join('|', $row->source_ip, $row->count, $evaluated->disposition, $evaluated->dkim,
      $evaluated->spf, map({ $_->{type} } @{ $evaluated->reason || [] }),
      $ids->header_from, $ids->envelope_from, $ids->envelope_to,
      map({ "$_->{domain} $_->{selector} $_->{result}" } @{ $auth->dkim || [] }),
      map({ "$_->{domain} $_->{scope} $_->{result}" } @{ $auth->spf || [] })), "\n";
}
