/** Where custom resources send their responses: this, and the token of the request. */
export const responsePath = '/_fogbank/cloudformation/responses/'
/** Where wait conditions are signalled: this, and `ACCOUNT/REGION/TOKEN`. */
export const signalPath = '/_fogbank/cloudformation/signals/'

export const claims = ({ path }: { path: string }): boolean => path.startsWith(responsePath) || path.startsWith(signalPath)
