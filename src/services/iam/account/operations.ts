import { CreateAccountAlias } from './CreateAccountAlias.ts'
import { DeleteAccountAlias } from './DeleteAccountAlias.ts'
import { DeleteAccountPasswordPolicy } from './DeleteAccountPasswordPolicy.ts'
import { GenerateCredentialReport } from './GenerateCredentialReport.ts'
import { GetAccountAuthorizationDetails } from './GetAccountAuthorizationDetails.ts'
import { GetAccountPasswordPolicy } from './GetAccountPasswordPolicy.ts'
import { GetAccountSummary } from './GetAccountSummary.ts'
import { GetCredentialReport } from './GetCredentialReport.ts'
import { ListAccountAliases } from './ListAccountAliases.ts'
import { ListPoliciesGrantingServiceAccess } from './ListPoliciesGrantingServiceAccess.ts'
import { UpdateAccountPasswordPolicy } from './UpdateAccountPasswordPolicy.ts'

/** Operations on the account as a whole. */
export const account = {
  CreateAccountAlias, DeleteAccountAlias, DeleteAccountPasswordPolicy, GenerateCredentialReport, GetAccountAuthorizationDetails, GetAccountPasswordPolicy,
  GetAccountSummary,
  GetCredentialReport, ListAccountAliases, ListPoliciesGrantingServiceAccess, UpdateAccountPasswordPolicy,
}
