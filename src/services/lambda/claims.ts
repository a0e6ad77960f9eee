/** Where functions' code is fetched from: this, and the name of its blob. */
export const codePath = '/_fogbank/lambda/code/'

/** Function URLs by their host, and by the form of the path for clients that cannot set one. */
export const urlHost = /^([a-z0-9]{32})\.lambda-url\./
export const urlPath = /^\/_fogbank\/lambda\/urls\/([a-z0-9]{32})(\/.*)?$/

export const claims = ({ host, path }: { host: string, path: string }): boolean => urlHost.test(host) || path.startsWith(codePath) || urlPath.test(path)
