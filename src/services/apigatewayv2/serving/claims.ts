export const pathForm = /^\/_aws\/execute-api\/([a-z0-9]+)(\/.*)?$/
export const hostForm = /^([a-z0-9]+)\.execute-api\./

interface Asked { host: string, path: string }

/** Whether a request is for an HTTP API: by its host, or by the form of its path for clients that cannot set one. */
export const claims = ({ host, path }: Asked): boolean => hostForm.test(host) || pathForm.test(path)

const ownHosts = /(?:^|\.)(?:localhost|amazonaws\.com|amazonaws\.com\.cn|localhost\.[a-z.]+)$|^\d+\.\d+\.\d+\.\d+$/

/** Whether a request may be for a custom domain name: by a host that is neither this machine's nor AWS's. */
export function mayClaim({ host }: Asked): boolean {
  // Mostly the next request asks the same host.
  if (host !== latest.host) latest = { host, mayClaim: host.includes('.') && !ownHosts.test(host) }
  return latest.mayClaim
}

let latest = { host: '', mayClaim: false }
