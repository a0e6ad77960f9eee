import type { Aws } from '../contracts/aws.ts'

/** A CloudFormation resource type, declared beside the service that owns it. Handlers call AWS APIs, never tables. */
export interface ResourceType<Properties = any> {
  /** Every property that is honoured, by its path's first member. A property that is not listed fails the resource by name. */
  properties: Record<string, 'required' | 'optional'>
  /** Properties whose change means a new resource. */
  createOnly?: string[]
  /** Creates the resource; the result's `id` is its physical id, and what Ref returns unless `ref` is given. */
  create(resource: ResourceContext, properties: Properties): Promise<Created>
  /** Changes it in place. A result without attributes leaves them as they were: a secret that is answered once, at the creation. */
  update?(resource: ResourceContext, id: string, properties: Properties, previous: Properties): Promise<Created>
  /** Deletes it; a resource that is gone already is no error. */
  delete(resource: ResourceContext, id: string, properties: Properties): Promise<void>
  /**
   * Reads the properties that drift detection and Cloud Control compare; undefined where the resource is gone. A member that is undefined is a
   * property that is known not to be set; one that is missing is not looked at. `known`: what is known of it beside its physical id: its properties in
   * the template, or only the members of its identifier.
   */
  read?(resource: ResourceContext, id: string, known: Known<Properties>): Promise<{ [K in keyof Properties]?: Properties[K] | undefined } | undefined>
  /** The tags that it carries; those of AWS may be among them. What drift detection compares with the stack's and the template's. */
  tags?(resource: ResourceContext, id: string, known: Known<Properties>): Promise<Record<string, string>>
  /** The property Tags is a map; without this it is a list of `{ Key, Value }`. */
  tagsAre?: 'map'
  /**
   * The property, or the read-only one, whose value is the physical id: by it a resource that exists is imported into a stack. Several, in AWS's
   * order, where one alone identifies nothing (a route is one of an API): see platform/resource-identifier.
   */
  identifier?: string | readonly string[]
  /** Of several, the member whose value is the physical id; where none is named, the physical id is their values, joined by `|`. */
  idMember?: string
  /** The physical id that an identifier stands for, where it is none of its values: a rule is identified by its ARN, and a stack knows it by its name. */
  idOf?(keys: Readonly<Record<string, string>>): string
  /** What Ref returns of a resource that is imported, where that is not its physical id. */
  refOf?(id: string): string
  /** Properties, or members of them as `LoginProfile/Password`, that the service takes and never tells: they are not compared. */
  writeOnly?: readonly string[]
  /** What Fn::GetAtt returns of a resource that exists already. */
  attributes?(resource: ResourceContext, id: string, known: Known<Properties>): Promise<Record<string, unknown>>
  /** The identifiers, as Cloud Control writes them, of all that exist in this account and region: ListResources. `model` has what `listBy` names. */
  list?(resource: ResourceContext, model: Known<Properties>): Promise<string[]>
  /** Properties that ListResources must be given, as resources are listed within another. */
  listBy?: readonly string[]
}

/** What is known of a resource beside its id. */
export type Known<Properties> = { readonly [K in keyof Properties]?: Properties[K] | undefined }

export interface Created {
  id: string
  /** What Ref returns, where that is not the physical id. */
  ref?: string
  /** What Fn::GetAtt returns, by attribute name. */
  attributes?: Record<string, unknown>
}

export interface ResourceContext {
  aws: Aws
  account: string
  region: string
  partition: string
  stackName: string
  stackId: string
  logicalId: string
  /** `STACK-LOGICALID-RANDOM`, cut to the length the type allows: the name of a resource that was given none. */
  generatedName(maxLength: number, options?: { lowerCase?: boolean }): string
  /** Tags of the stack and the `aws:cloudformation:*` tags; a type that carries tags adds its own Tags property to them. */
  tags: Record<string, string>
  /** Waits by the cloud's clock, for resources that take time to become ready. */
  wait(ms: number): Promise<void>
  endpoint: string
  /** Aborted when the operation is given up; only what makes new things hears it. */
  signal?: AbortSignal
}
