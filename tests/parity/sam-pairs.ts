import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SamError } from '../../src/services/cloudformation/sam/errors.ts'
import type { ServerlessRepo } from '../../src/services/cloudformation/sam/resources/application.ts'
import { transformSam } from '../../src/services/cloudformation/sam/transform.ts'
import { parseTemplate } from '../../src/services/cloudformation/template/parse.ts'

const root = join(import.meta.dirname, '../..')
/** The pairs lie in a folder beside the repository, or beside the folder of its worktrees. */
export const folder = ['..', '../..'].map(up => join(root, up, 'shared/conformance/sam')).find(each => existsSync(each)) ?? ''
const partitions = [
  { name: 'aws', region: 'ap-southeast-1', folder: '' }, { name: 'aws-cn', region: 'cn-north-1', folder: 'aws-cn' },
  { name: 'aws-us-gov', region: 'us-gov-west-1', folder: 'aws-us-gov' },
]

/** The repository that the official harness fakes. */
function fakeRepo(): ServerlessRepo {
  const polls = new Map<string, number>()
  return {
    createTemplate: async id => {
      if (['no-access', 'non-existent', 'invalid-semver'].includes(id)) throw new Error(`Cannot access application: ${id}.`)
      // The harness does not wait for templates, so that one that expires meanwhile does no harm there.
      const status = id.startsWith('preparing') ? 'PREPARING' : 'ACTIVE'
      return { applicationId: id, templateId: `id-${id}`, templateUrl: 'https://awsserverlessrepo-changesets-xxx.s3.amazonaws.com/signed-url', status }
    },
    templateStatus: async id => {
      polls.set(id, (polls.get(id) ?? 0) + 1)
      return id === 'expired' ? 'EXPIRED' : id === 'preparing' && polls.get(id)! >= 2 ? 'ACTIVE' : 'PREPARING'
    },
    wait: async () => {},
  }
}

function managedPolicies(partition: string): Record<string, string> {
  const arn = (path: string) => `arn:${partition}:iam::aws:policy/${path}`
  const xray = partition === 'aws' ? 'AWSXrayWriteOnlyAccess' : 'AWSXRayDaemonWriteAccess'
  return {
    ...Object.fromEntries(['AWSLambdaBasicExecutionRole', 'AWSLambdaRole'].map(name => [name, arn(`service-role/${name}`)])),
    ...Object.fromEntries(['AmazonDynamoDBFullAccess', 'AmazonDynamoDBReadOnlyAccess', xray].map(name => [name, arn(name)])),
  }
}

/** Lists in an order of their own: the order of most lists in a template does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, item]) => [key, sorted(item)]))
}

export interface Pair { name: string, input: string, output: string, partition: string, region: string, isError: boolean }

export function pairs(): Pair[] {
  return readdirSync(join(folder, 'input')).filter(file => file.endsWith('.yaml')).flatMap(file => partitions.map(partition => {
    const name = file.slice(0, -'.yaml'.length)
    return {
      name: partition.folder ? `${partition.folder}/${name}` : name, input: join(folder, 'input', file),
      output: join(folder, 'output', partition.folder, `${name}.json`),
      partition: partition.name, region: partition.region, isError: name.startsWith('error_'),
    }
  })).filter(pair => existsSync(pair.output))
}

/** The difference between what the pair wants and what the transform makes; empty for none. */
export async function difference(pair: Pair): Promise<string> {
  const expected = JSON.parse(readFileSync(pair.output, 'utf8'))
  try {
    const { template } = await transformSam(parseTemplate(readFileSync(pair.input, 'utf8')), {
      region: pair.region, parameters: { param1: 'value1', param2: 'value2' }, managedPolicies: pair.isError ? {} : managedPolicies(pair.partition),
      serverlessRepo: fakeRepo(),
      featureToggles: () => pair.name.includes('feature_toggle_'), passthroughMetadata: pair.name.includes('translate_convert_metadata'), now: () => 0,
    })
    if (pair.isError) return 'no error'
    return JSON.stringify(sorted(template)) === JSON.stringify(sorted(expected)) ? '' : firstDifference(sorted(template), sorted(expected), '')
  } catch (error) {
    if (!(error instanceof SamError)) return `crash: ${(error as Error).stack}`
    if (error.cause) return `crash: ${(error.cause as Error).stack?.split('\n').slice(0, 4).join(' ')}`
    return pair.isError && error.errorMessage === expected.errorMessage
      ? ''
      : `error: ${error.errorMessage}${pair.isError ? `\n   wanted: ${expected.errorMessage}` : ''}`
  }
}

function firstDifference(ours: any, theirs: any, path: string): string {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return ''
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null) {
    return `${path}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const found = firstDifference(ours[key], theirs[key], `${path}/${key}`)
    if (found) return found.slice(0, 400)
  }
  return `${path}: order`
}
