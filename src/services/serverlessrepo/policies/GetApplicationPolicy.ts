import { applicationNamed, type Input, type Output, type Repo } from '../state.ts'

/** Who may deploy an application. */
export async function GetApplicationPolicy(repo: Repo, input: Input<'GetApplicationPolicy'>): Promise<Output<'GetApplicationPolicy'>> {
  return { Statements: (await applicationNamed(repo, input.ApplicationId)).statements }
}
