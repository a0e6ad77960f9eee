import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const libraries = join(import.meta.dirname, '../../.fogbank-test/tools/lib')
const packages = ['boto3', 'botocore', 'dateutil', 'jmespath', 's3transfer', 'urllib3', 'six.py']

/** The files of boto3 and what it needs, with the data of some services alone: a package as functions have it. Undefined where the tests have no tools. */
export function boto3Files(...services: string[]): Record<string, Buffer> | undefined {
  const python = existsSync(libraries) ? readdirSync(libraries).find((name) => name.startsWith('python')) : undefined
  const site = python && join(libraries, python, 'site-packages')
  if (!site || !existsSync(join(site, 'boto3'))) return undefined
  const files: Record<string, Buffer> = {}
  const add = (name: string): void => {
    if (name.endsWith('__pycache__')) return
    if (/^(boto3|botocore)\/data\/[\w-]+$/.test(name) && statSync(join(site, name)).isDirectory() && !services.includes(name.split('/')[2]!)) return
    if (statSync(join(site, name)).isFile()) files[name] = readFileSync(join(site, name))
    else for (const inside of readdirSync(join(site, name))) add(`${name}/${inside}`)
  }
  for (const name of packages) add(name)
  return files
}
