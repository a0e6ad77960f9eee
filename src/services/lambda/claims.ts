/** Where functions' code is fetched from: this, and the name of its blob. */
export const codePath = '/_fogbank/lambda/code/'

export const claims = ({ path }: { path: string }): boolean => path.startsWith(codePath)
