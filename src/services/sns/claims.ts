/** Where subscribers confirm and end subscriptions without signing: this, and the query that AWS has. */
export const actionsPath = '/_fogbank/sns/'
/** The certificates under which messages are signed, named as AWS names them. */
export const certificatePath = /^\/SimpleNotificationService-([0-9a-f]{32})\.pem$/

export const claims = ({ path }: { path: string, method: string }): boolean => path === actionsPath || certificatePath.test(path)
