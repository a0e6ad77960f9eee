/** Addresses of templates, licences and readmes, each with its signature. */
export const contentPath = '/_fogbank/serverlessrepo/content/'
/** Public applications, for everybody. */
export const publicPath = '/_fogbank/serverlessrepo/applications'

export const claims = ({ path, method }: { path: string, method: string }): boolean =>
  method === 'GET' && (path.startsWith(contentPath) || path.startsWith(publicPath))
