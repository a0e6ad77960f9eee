import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../tests/parity/sam-pairs.ts'
import { transformSam } from '../src/services/cloudformation/sam/transform.ts'
import { parseTemplate } from '../src/services/cloudformation/template/parse.ts'

// How long the SAM transform of the largest official template takes, parsed and transformed, cold and warm; and of all of them.
const options = { region: 'us-east-1', parameters: {}, managedPolicies: {} }
const ms = (from: number) => performance.now() - from

async function timed(text: string): Promise<{ parseMs: number, transformMs: number }> {
  const start = performance.now()
  const template = parseTemplate(text)
  const parseMs = ms(start)
  const next = performance.now()
  await transformSam(template, options).catch(() => undefined)
  return { parseMs, transformMs: ms(next) }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

if (folder === '') console.log('The conformance folder is not here.')
else {
  const files = readdirSync(join(folder, 'input')).filter(file => !file.startsWith('error_')).map(file => join(folder, 'input', file))
  const largest = files.reduce((a, b) => statSync(a).size >= statSync(b).size ? a : b)
  const text = readFileSync(largest, 'utf8')
  const cold = await timed(text)
  const warm = []
  for (let round = 0; round < 50; round++) warm.push(await timed(text))
  const start = performance.now()
  for (const file of files) await timed(readFileSync(file, 'utf8'))
  console.log(JSON.stringify({
    largest: largest.slice(folder.length + 1), kilobytes: Math.round(text.length / 1024), coldParseMs: cold.parseMs, coldTransformMs: cold.transformMs,
    warmParseMs: median(warm.map(each => each.parseMs)), warmTransformMs: median(warm.map(each => each.transformMs)), templates: files.length, allMs: ms(start),
  }, undefined, 2))
}
