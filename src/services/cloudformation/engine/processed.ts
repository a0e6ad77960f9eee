import type { CloudFormation } from '../state.ts'
import type { Template } from '../template/template.ts'

/** A stored template, after its transforms. */
export async function processedTemplate(cfn: CloudFormation, templateId: string): Promise<Template> {
  const row = await cfn.tables.templates.get(templateId)
  if (!row) throw new Error(`The template ${templateId} is missing.`)
  return JSON.parse(row.processed)
}
