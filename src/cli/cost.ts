import { parseArguments } from './args.ts'
import { createClient, UserError } from './client.ts'
import { reported, type CommandIo } from './io.ts'
import { tableOf } from './text.ts'

interface Cost { listUsd: number, usd: number }

interface Bill {
  account: string
  month: string
  pricesDate: string
  services: (Cost & { service: string, item: string, quantity: number, unit: string })[]
  functions: (Cost & { function: string, region: string, architecture: string, requests: number, gbSeconds: number })[]
  unpriced: { service: string, requests: number }[]
  total: Cost
}

export const command = {
  name: 'cost',
  summary: "Print the month's bill, per function and per service",
  usage: `cost [--month YYYY-MM] [--json] [--region R] [--endpoint URL]

  --month YYYY-MM  default: this month
  --json           the bill as JSON

What AWS would charge at its list prices (us-east-1), with and without the free tier that every account has for ever.`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { values, flags } = parseArguments(
      args, { month: { kind: 'value' }, json: { kind: 'flag' }, region: { kind: 'value' }, endpoint: { kind: 'value' } }, 0,
    )
    if (values.month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(values.month)) throw new UserError(`--month is written YYYY-MM, not ${values.month}.`)
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const bill: Bill = await client.get(`/_fogbank/cost${values.month === undefined ? '' : `?month=${values.month}`}`)
    io.stdout.write(flags.has('json') ? `${JSON.stringify(bill, undefined, 2)}\n` : billText(bill))
    return 0
  }),
}

const usd = (amount: number) => `$${amount.toFixed(amount >= 1 || amount === 0 ? 2 : 6)}`
const count = (quantity: number) => quantity.toLocaleString('en-US', { maximumFractionDigits: Number.isInteger(quantity) ? 0 : 3 })

/** The bill as tables; amounts in USD. */
function billText(bill: Bill): string {
  const month = new Date(`${bill.month}-01T00:00:00Z`).toLocaleString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const parts = [`${month}, account ${bill.account}\n`]
  if (bill.functions.length > 0) {
    const rows =
      bill.functions.map(line => [line.function, line.region, line.architecture, count(line.requests), count(line.gbSeconds), usd(line.listUsd), usd(line.usd)])
    parts.push(tableOf(['Function', 'Region', 'Architecture', 'Requests', 'GB-seconds', 'List price', 'With free tier'], rows, { right: [3, 4, 5, 6] }))
  }
  if (bill.services.length > 0) {
    const rows = bill.services.map(line => [line.service, line.item, count(line.quantity), line.unit, usd(line.listUsd), usd(line.usd)])
    const total = ['Total', '', '', '', usd(bill.total.listUsd), usd(bill.total.usd)]
    parts.push(tableOf(['Service', 'Item', 'Quantity', 'Unit', 'List price', 'With free tier'], rows, { right: [2, 4, 5], foot: total }))
  } else parts.push('Nothing was used that costs anything.\n')
  const others = bill.unpriced.map(({ service, requests }) => `${service} ${count(requests)}`).join(', ')
  if (others !== '') parts.push(`API requests without a price of their own: ${others}\n`)
  parts.push(`AWS's list prices of us-east-1 in USD, as of ${bill.pricesDate}. Not in it: storage of log data, transfer, taxes.\n`)
  return parts.join('\n')
}
