import { parseArguments } from './args.ts'
import { createClient } from './client.ts'
import { reported, type CommandIo } from './io.ts'

export const command = {
  name: 'env',
  summary: 'Print variables that point stock tools here',
  usage: 'env [--region R] [--endpoint URL]\n\n  eval "$(fogbank env)" points the AWS CLI, SDKs, sam and cdk of this shell at the cloud.',
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { values } = parseArguments(args, { region: { kind: 'value' }, endpoint: { kind: 'value' } }, 0)
    const { endpoint, region } = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const variables = {
      AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
      // A few operations (a live tail of logs) put a word before the host, which an address of this machine does not have.
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    }
    for (const [name, value] of Object.entries(variables)) io.stdout.write(`export ${name}=${value}\n`)
    return 0
  }),
}
