import { tagProblem } from '../../../platform/tags.ts'
import { BadRequestException, type ApiGateway, type DomainRow, type Input, type Output } from '../state.ts'
import { configurationsOf, domainOutput, refuseUnsupported } from './domain.ts'

/** Makes a custom domain name: requests with it as their Host go where its API mappings say. */
export async function CreateDomainName(gateway: ApiGateway, input: Input<'CreateDomainName'>): Promise<Output<'CreateDomainName'>> {
  const name = input.DomainName!.toLowerCase()
  refuseUnsupported(input)
  if (name.startsWith('*.')) throw new BadRequestException('Wildcard custom domain names are not supported by Fogbank.')
  if (!/^(?=.{1,255}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(name)) {
    throw new BadRequestException('Invalid domain name identifier specified')
  }
  if (await gateway.tables.domains.get(name)) throw new BadRequestException('The domain name you provided already exists.')
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new BadRequestException(problem)
  const row: DomainRow = {
    name, account: gateway.account, region: gateway.region, configurations: configurationsOf(gateway, input.DomainNameConfigurations), tags: input.Tags ?? {},
    createdAt: gateway.now(),
  }
  await gateway.tables.domains.put(row)
  // The set only says whose requests to look at, so a name whose commit fails does no harm in it.
  void gateway.state.domains?.then(names => names.add(name))
  return domainOutput(gateway, row)
}
