import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { link, readOnly } from './file-system.ts'
import type { Entry } from './file-system.ts'

// The SDK that AWS's runtimes carry: @aws-sdk and @smithy for Node.js, boto3 for Python. Fogbank does not ship them; it takes what this machine has.

/** Folders of packages: a node_modules with @aws-sdk in it, and one that holds boto3. */
export interface Sdk { node?: string, python?: string }

/** Where sandboxes see them, in `nodejs/node_modules` and `python`. */
export const sdkRoot = '/var/sdk'

/** Where a user puts them: `npm install --prefix` and `pip install --target`. */
export const sdkFolder = (): string => join(homedir(), '.fogbank-sdk')

/** `folder` comes first; then the packages beside Fogbank itself, as in a checkout. Python finds a boto3 of its own without us. */
export function findSdk(runtimesFolder: string, folder = sdkFolder()): Sdk {
  const beside: string[] = []
  for (let above = dirname(runtimesFolder); above !== dirname(above); above = dirname(above)) beside.push(join(above, 'node_modules'))
  const node = [join(folder, 'node_modules'), ...beside].find((candidate) => existsSync(join(candidate, '@aws-sdk', 'core')))
  const python = join(folder, 'python')
  return { ...node && { node: realpathSync(node) }, ...existsSync(join(python, 'boto3')) && { python: realpathSync(python) } }
}

export const waysToGetSdk = {
  nodejs: 'npm install --prefix ~/.fogbank-sdk @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb @aws-sdk/client-s3',
  python: 'pip install --target ~/.fogbank-sdk/python boto3',
}

/** What shows it in a sandbox. By `require`, only its own packages are found, not those that they need. */
export function sdkFolders(runtime: string, sdk: Sdk): Entry[] {
  if (runtime.startsWith('python') && sdk.python) return [readOnly(sdk.python, `${sdkRoot}/python`)]
  if (!runtime.startsWith('nodejs') || !sdk.node) return []
  const links = ['@aws-sdk', '@smithy'].map((scope) => link(`../nodejs/node_modules/${scope}`, `${sdkRoot}/require/${scope}`))
  return [readOnly(sdk.node, `${sdkRoot}/nodejs/node_modules`), ...links]
}
