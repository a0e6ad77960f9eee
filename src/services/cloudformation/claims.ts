/** Where custom resources send their responses: this, and the token of the request. */
export const responsePath = '/_fogbank/cloudformation/responses/'

export const claims = ({ path }: { path: string }): boolean => path.startsWith(responsePath)
