const numbers = ['ExecutionTimeout', 'RetentionPeriodInDays']

/** The DurableConfig of AWS::Lambda::Function as the API takes it: templates give numbers as text, too. */
export const durableInput = ({ DurableConfig: config }: Record<string, any>) => config && {
  DurableConfig: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value])),
}
