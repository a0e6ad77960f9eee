import type { ResourceContext } from '../../platform/resource-type.ts'
import { allPages, unlessGone } from '../../platform/standing.ts'
import { call, type Document, type Kind } from './cloudformation-policies.ts'

/** What IAM answers; undefined for what is not there. */
export const ifStanding = <Answer>(answer: Promise<Answer>) => unlessGone(answer, 'NoSuchEntityException')

/** A policy document as IAM answers it. */
export const documentOf = (text: string | undefined): Document => JSON.parse(decodeURIComponent(text ?? '{}'))

/** All items of a list that IAM answers by the page. */
export const everyPage = <Page extends { IsTruncated?: boolean | undefined, Marker?: string | undefined }, Item>(
  ask: (input: { Marker?: string }) => Promise<Page>, itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> => allPages(async Marker => {
  const page = await ask(Marker === undefined ? {} : { Marker })
  return { items: itemsOf(page), next: page.IsTruncated ? page.Marker : undefined }
})

/** The attached and inline policies of a role, a user or a group, as its type's properties have them. */
export async function policiesOf(resource: ResourceContext, kind: Kind, name: string) {
  const attached: { PolicyArn: string }[] = await everyPage(
    input => call(resource, 'ListAttached', kind, 'Policies', name, input), page => page.AttachedPolicies
  )
  const names: string[] = await everyPage(input => call(resource, 'List', kind, 'Policies', name, input), page => page.PolicyNames)
  const Policies = await Promise.all(names.map(async PolicyName => ({ PolicyName, PolicyDocument: (await inlinePolicy(resource, kind, name, PolicyName))! })))
  return { ManagedPolicyArns: attached.map(policy => policy.PolicyArn), Policies }
}

/** An inline policy's document; undefined where it, or who has it, is not there. */
export async function inlinePolicy(resource: ResourceContext, kind: Kind, name: string, PolicyName: string): Promise<Document | undefined> {
  const found = await ifStanding(call(resource, 'Get', kind, 'Policy', name, { PolicyName }))
  return found && documentOf(found.PolicyDocument)
}
