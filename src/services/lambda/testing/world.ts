import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { scriptedSandboxes, type ScriptedOptions } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloudOptions } from '../../../testing/index.ts'

export const zip = (text: string) => zipSync({ 'index.js': Buffer.from(text) })

/** A cloud whose functions are played by a script, with a client and a role that its functions have. */
export async function lambdaWorld(options: ScriptedOptions = { script: () => 'fine' }, more: TestCloudOptions = {}) {
  const cloud = await startCloud({ ...more, sandboxes: scriptedSandboxes(options) })
  const lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  // A cloud on the folder of an earlier one has it.
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) }).catch(() => iam.getRole({ RoleName: 'role' }))
  iam.destroy()
  const create = (FunctionName: string, extra = {}) => lambda.createFunction({
    FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Publish: true, Code: { ZipFile: zip(FunctionName) }, ...extra,
  })
  const stop = async () => {
    lambda.destroy()
    await cloud.stop()
  }
  return { cloud, lambda, create, stop }
}
