# Runs a Lambda function: loads `file.method` or `file.Class.method` as the Ruby runtime of AWS does, then serves the Runtime API's loop.
require 'json'
require 'net/http'
$stdout.sync = $stderr.sync = true

class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name, :memory_limit_in_mb, :function_version
  attr_reader :identity, :client_context, :deadline_ms, :tenant_id

  def initialize(head)
    @aws_request_id = head['Lambda-Runtime-Aws-Request-Id']
    @invoked_function_arn = head['Lambda-Runtime-Invoked-Function-Arn']
    @deadline_ms = head['Lambda-Runtime-Deadline-Ms'].to_i
    @identity = JSON.parse(head['Lambda-Runtime-Cognito-Identity']) if head['Lambda-Runtime-Cognito-Identity']
    @client_context = JSON.parse(head['Lambda-Runtime-Client-Context']) if head['Lambda-Runtime-Client-Context']
    @tenant_id = head['Lambda-Runtime-Aws-Tenant-Id']
    @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
    @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
    @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
    @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
  end

  def get_remaining_time_in_millis
    [@deadline_ms - (Process.clock_gettime(Process::CLOCK_REALTIME) * 1000).to_i, 0].max
  end
end

module Bootstrap
  module_function

  def wire(error, type)
    frames = (error.backtrace || []).reject { |line| line.start_with?(__FILE__) }
    { errorMessage: error.message, errorType: type, stackTrace: frames }
  end

  def post(path, body, type = nil)
    headers = { 'Content-Type' => 'application/json' }
    headers['Lambda-Runtime-Function-Error-Type'] = type if type
    @api.post('/2018-06-01/runtime/' + path, body, headers)
  end

  def fail_with(path, error, type)
    payload = wire(error, type)
    # One event of the log, as AWS's runtime has it.
    warn((['Error raised from handler method', JSON.generate(payload)]).join(' '))
    post(path, JSON.generate(payload), type)
  end

  def load_handler
    parts = ENV['_HANDLER'].split('.')
    raise ArgumentError, "Invalid handler #{ENV['_HANDLER']}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD" unless [2, 3].include?(parts.size)

    require File.expand_path(parts.first, ENV['LAMBDA_TASK_ROOT'])
    return Object.const_get(parts[1]).method(parts[2]) if parts.size == 3

    TOPLEVEL_BINDING.receiver.method(parts[1])
  end

  def serve(handler)
    head = @api.get('/2018-06-01/runtime/invocation/next')
    id = head['Lambda-Runtime-Aws-Request-Id']
    ENV['_X_AMZN_TRACE_ID'] = head['Lambda-Runtime-Trace-Id']
    begin
      result = handler.call(event: JSON.parse(head.body), context: LambdaContext.new(head))
      body = JSON.generate(result)
    rescue SystemExit
      raise
    rescue NoMemoryError, ScriptError, StandardError => e
      return fail_with("invocation/#{id}/error", e, "Function<#{e.class}>")
    end
    post("invocation/#{id}/response", body)
  end

  def main
    host, port = ENV['AWS_LAMBDA_RUNTIME_API'].split(':')
    @api = Net::HTTP.new(host, port.to_i, nil)
    # The next invocation may be a day away, and a request that failed must not be made twice.
    @api.read_timeout = nil
    @api.max_retries = 0
    @api.keep_alive_timeout = 100_000_000
    @api.start
    $LOAD_PATH.unshift(ENV['LAMBDA_TASK_ROOT'], '/opt/ruby/lib')
    begin
      handler = load_handler
    rescue ScriptError, StandardError => e
      fail_with('init/error', e, "Init<#{e.class}>")
      exit!(1)
    end
    loop { serve(handler) }
  end
end

Bootstrap.main
