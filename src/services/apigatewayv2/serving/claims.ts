export const pathForm = /^\/_aws\/execute-api\/([a-z0-9]+)(\/.*)?$/
export const hostForm = /^([a-z0-9]+)\.execute-api\./

/** Whether a request is for an HTTP API: by its host, or by the form of its path for clients that cannot set one. */
export const claims = ({ host, path }: { host: string, path: string }): boolean => hostForm.test(host) || pathForm.test(path)
