import { CredentialReportExpired, CredentialReportNotPresent, type Iam, type Input, type Output } from '../state.ts'
import { reportFreshMs } from './credential-report.ts'

/** Answers the report that GenerateCredentialReport wrote. Errors: CredentialReportNotPresent, CredentialReportExpired. */
export async function GetCredentialReport(iam: Iam, _input: Input<'GetCredentialReport'>): Output<'GetCredentialReport'> {
  const report = await iam.tables.reports.get('report')
  if (!report) throw new CredentialReportNotPresent('No report exists. Call GenerateCredentialReport to generate one.')
  if (iam.now() - report.at >= reportFreshMs) throw new CredentialReportExpired('The report is expired. Call GenerateCredentialReport to generate a new one.')
  return { Content: Buffer.from(report.content), ReportFormat: 'text/csv', GeneratedTime: new Date(report.at) }
}
