import { header, type WireRequest } from './wire.ts'

/** The host that was asked for, in lower case, without its port. */
export function hostOf(wire: WireRequest): string {
  const given = header(wire, 'host') ?? ''
  // A request is asked several times, and mostly the next one says the same.
  if (given !== latest.given) latest = { given, host: given.toLowerCase().replace(/:\d+$/, '') }
  return latest.host
}

let latest = { given: '', host: '' }

/** The region in a host: `sqs.eu-west-1.amazonaws.com`. */
export const regionOfHost = (host: string): string | undefined => /\.([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)\./.exec(`.${host}.`)?.[1]

/** The bucket of a virtual host: `BUCKET.s3.localhost`, `BUCKET.s3.eu-west-1.amazonaws.com`, `BUCKET.s3.dualstack.eu-west-1.amazonaws.com`. */
export function bucketOfHost(host: string): string | undefined {
  return /^(.+)\.s3(?:[.-][a-z0-9-]+){0,2}\.(?:localhost|localhost\.[a-z.]+|amazonaws\.com|amazonaws\.com\.cn|127\.0\.0\.1)$/.exec(host)?.[1]
}

/** `BUCKET.localhost`: what an SDK makes of the endpoint `http://localhost`, where it is not told to leave the bucket in the path. */
export function bucketOfLocalhost(host: string): string | undefined {
  const name = /^(.+)\.localhost$/.exec(host)?.[1]
  return name === undefined || /^s3(?:[.-]|$)/.test(name) ? undefined : name
}
