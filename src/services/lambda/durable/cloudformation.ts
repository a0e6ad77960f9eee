const numbers = ['ExecutionTimeout', 'RetentionPeriodInDays']

/** As durableInput, for a function that has one: a key that the template names no longer is taken away. */
export const durableChange = ({ DurableConfig: config }: Record<string, any>, previous: Record<string, any>) =>
  durableInput({ DurableConfig: config && { ...previous.DurableConfig?.KMSKeyArn !== undefined && { KMSKeyArn: '' }, ...config } })

/** The DurableConfig of AWS::Lambda::Function as the API takes it: templates give numbers as text, too. */
export const durableInput = ({ DurableConfig: config }: Record<string, any>) => config && {
  DurableConfig: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value])),
}
