import { ChangePassword } from './ChangePassword.ts'
import { CreateLoginProfile } from './CreateLoginProfile.ts'
import { DeleteLoginProfile } from './DeleteLoginProfile.ts'
import { GetLoginProfile } from './GetLoginProfile.ts'
import { UpdateLoginProfile } from './UpdateLoginProfile.ts'

/** Operations on passwords. */
export const logins = { ChangePassword, CreateLoginProfile, DeleteLoginProfile, GetLoginProfile, UpdateLoginProfile }
