import type { Iam, Input, Output } from '../state.ts'
import { credentialReport, reportFreshMs } from './credential-report.ts'

/** Writes down the state of every user's credentials, unless a report of the last four hours is there. */
export async function GenerateCredentialReport(iam: Iam, _input: Input<'GenerateCredentialReport'>): Output<'GenerateCredentialReport'> {
  const known = await iam.tables.reports.get('report')
  if (known && iam.now() - known.at < reportFreshMs) return { State: 'COMPLETE' }
  await iam.tables.reports.put({ id: 'report', content: await credentialReport(iam), at: iam.now() })
  return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' }
}
