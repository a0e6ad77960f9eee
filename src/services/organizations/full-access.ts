/** The one type of policy that Fogbank enforces, and so has. */
export const serviceControl = 'SERVICE_CONTROL_POLICY' as const

/** The policy of AWS that everything has from the start: what nobody denies is allowed. */
export const fullAccess = {
  id: 'p-FullAWSAccess', name: 'FullAWSAccess', description: 'Allows access to every operation',
  content: '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
}
