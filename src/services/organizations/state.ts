import type { Organizations as Client } from '@aws-sdk/client-organizations'
import type { Operations } from '../../contracts/aws.ts'
import type { OrganizationDirectory } from '../../contracts/identity.ts'
import { awsError } from '../../platform/errors.ts'
import { longRunning, type Scope } from '../../platform/service.ts'
import { tables } from './tables.ts'

export type Api = Operations<Client>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Promise<Awaited<ReturnType<Api[Name]>>>

export type Orgs = Scope<typeof tables, Pick<OrganizationDirectory, 'changed'>>

// docs.aws.amazon.com/organizations, "Quotas and service limits".
export const unitDepthMax = 5
export const unitsMax = 2000
export const policiesMax = 1000
export const policiesPerTargetMax = 5
export const policyCharactersMax = 5120
export const pageMax = 20
export const invitationLifeMs = 15 * 86_400_000
export const endedHandshakeLifeMs = 30 * 86_400_000

/** An operation that changes who is a member, or which policies count: the authorizer hears of it as soon as it has committed. */
export function changing<I, O>(operation: (orgs: Orgs, input: I) => Promise<O>): (orgs: Orgs, input: I) => Promise<O> {
  return longRunning(async (orgs: Orgs, input: I) => {
    const output = await orgs.transact(inside => operation(inside, input))
    orgs.state.changed()
    return output ?? {} as O
  })
}

export const AccessDeniedException = awsError('AccessDeniedException')
export const AccountAlreadyRegisteredException = awsError('AccountAlreadyRegisteredException')
export const AccountNotFoundException = awsError('AccountNotFoundException')
export const AccountNotRegisteredException = awsError('AccountNotRegisteredException')
export const AlreadyInOrganizationException = awsError('AlreadyInOrganizationException')
export const AWSOrganizationsNotInUseException = awsError('AWSOrganizationsNotInUseException')
export const ChildNotFoundException = awsError('ChildNotFoundException')
export const CreateAccountStatusNotFoundException = awsError('CreateAccountStatusNotFoundException')
export const DestinationParentNotFoundException = awsError('DestinationParentNotFoundException')
export const DuplicateAccountException = awsError('DuplicateAccountException')
export const DuplicateHandshakeException = awsError('DuplicateHandshakeException')
export const DuplicateOrganizationalUnitException = awsError('DuplicateOrganizationalUnitException')
export const DuplicatePolicyAttachmentException = awsError('DuplicatePolicyAttachmentException')
export const DuplicatePolicyException = awsError('DuplicatePolicyException')
export const HandshakeAlreadyInStateException = awsError('HandshakeAlreadyInStateException')
export const HandshakeNotFoundException = awsError('HandshakeNotFoundException')
export const InvalidHandshakeTransitionException = awsError('InvalidHandshakeTransitionException')
export const MalformedPolicyDocumentException = awsError('MalformedPolicyDocumentException')
export const MasterCannotLeaveOrganizationException = awsError('MasterCannotLeaveOrganizationException')
export const OrganizationalUnitNotEmptyException = awsError('OrganizationalUnitNotEmptyException')
export const OrganizationalUnitNotFoundException = awsError('OrganizationalUnitNotFoundException')
export const OrganizationNotEmptyException = awsError('OrganizationNotEmptyException')
export const ParentNotFoundException = awsError('ParentNotFoundException')
export const PolicyInUseException = awsError('PolicyInUseException')
export const PolicyNotAttachedException = awsError('PolicyNotAttachedException')
export const PolicyNotFoundException = awsError('PolicyNotFoundException')
export const PolicyTypeAlreadyEnabledException = awsError('PolicyTypeAlreadyEnabledException')
export const PolicyTypeNotAvailableForOrganizationException = awsError('PolicyTypeNotAvailableForOrganizationException')
export const PolicyTypeNotEnabledException = awsError('PolicyTypeNotEnabledException')
export const RootNotFoundException = awsError('RootNotFoundException')
export const SourceParentNotFoundException = awsError('SourceParentNotFoundException')
export const TargetNotFoundException = awsError('TargetNotFoundException')

const ConstraintViolationException = awsError('ConstraintViolationException')
const HandshakeConstraintViolationException = awsError('HandshakeConstraintViolationException')
const InvalidInputException = awsError('InvalidInputException')

/** Errors that name their reason, which callers tell apart by it. */
export const constraintViolation = (Reason: string, message: string) => new ConstraintViolationException(message, { Reason })
export const handshakeViolation = (Reason: string, message: string) => new HandshakeConstraintViolationException(message, { Reason })
export const invalidInput = (Reason: string, message: string) => new InvalidInputException(message, { Reason })
