import { limitOf, marker, page } from '../functions/page.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configOutput } from './config.ts'

/** The code signing configurations of the account and region. */
export async function ListCodeSigningConfigs(lambda: Lambda, input: Input<'ListCodeSigningConfigs'>): Promise<Output<'ListCodeSigningConfigs'>> {
  const limit = limitOf(input.MaxItems)
  const after = marker(input.Marker)
  const found = await lambda.tables.codeSigning.list({ limit: limit + 1, ...after !== undefined && { after: [String(after)] } })
  const { rows, NextMarker } = page(found, limit, row => row.id)
  return { CodeSigningConfigs: rows.map(row => configOutput(lambda, row)), ...NextMarker && { NextMarker } }
}
