import { busArn, busNamed, ValidationException, type Events, type Input, type Output } from '../state.ts'

/** Lets another account put events on a bus: a statement of its policy, or the whole policy. */
export async function PutPermission(events: Events, input: Input<'PutPermission'>): Promise<Output<'PutPermission'>> {
  const bus = await busNamed(events, input.EventBusName)
  if (input.Condition) throw new ValidationException('Condition is not supported by Fogbank: there are no organizations. Give a Policy with the condition.')
  const statements = input.Policy === undefined ? [
    ...bus.statements.filter((each: any) => each.Sid !== input.StatementId), statementOf(events, bus.name, input),
  ] : readPolicy(input.Policy)
  await events.tables.buses.put({ ...bus, statements, modifiedMs: events.now() })
  return {}
}

function statementOf(events: Events, bus: string, { StatementId: Sid, Action, Principal: who }: Input<'PutPermission'>): object {
  if (Sid === undefined || Action === undefined || who === undefined) {
    throw new ValidationException('StatementId, Action and Principal must be given where no Policy is.')
  }
  return { Sid, Effect: 'Allow', Principal: who === '*' ? '*' : { AWS: `arn:${events.partition}:iam::${who}:root` }, Action, Resource: busArn(events, bus) }
}

function readPolicy(text: string): object[] {
  try {
    const { Statement } = JSON.parse(text)
    const statements = [Statement].flat()
    if (statements.every(each => typeof each === 'object' && each !== null && 'Effect' in each)) return statements
  } catch { /* answered below, as any other text that is no policy */ }
  throw new ValidationException('The policy is not a valid policy document.')
}
