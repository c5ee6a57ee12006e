-- ARGV: id, new body. Returns whether there is such a dead message.
local id, body = ARGV[1], ARGV[2]

if not redis.call('ZSCORE', dead, sortable(id)) then return 0 end
local at = pushedAt(id, cjson.decode(redis.call('HGET', aside, id)))
redis.call('HSET', aside, id, cjson.encode({ 'body', body, 'loggia:at', string.format('%.0f', at) }))
return 1
