-- ARGV: now, state, how many, the id after which to begin ('' from the start), text to look for ('' any).
-- Returns the messages (id, deliveries, when due or '', reason or '', fields) and the id after which to go on ('' at the end).
local now, state, limit, last, wanted = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]

-- What one call looks at: so many messages, or so much text. Bounds its work.
local LOOKED_AT_MAX = 1000
local BYTES_MAX = 8 * 1024 * 1024
local CHUNK = 50

local found = {}
local lookedAt, bytes = 0, 0
local isOver = true

-- Returns whether to go on.
local function look(id, fields)
  if fields then
    local text = valueOf(fields, 'body') or table.concat(fields, '\n')
    bytes = bytes + #text
    if string.find(text, wanted, 1, true) then
      if #found == limit then
        isOver = false
        return false
      end
      local note = noteOf(id) or { deliveries = 0, due = redis.call('ZSCORE', due, sortable(id)) }
      found[#found + 1] = { id, note.deliveries, note.due or '', note.reason or '', fields }
    end
  end
  last = id
  lookedAt = lookedAt + 1
  isOver = lookedAt < LOOKED_AT_MAX and bytes < BYTES_MAX
  return isOver
end

local function lookThrough(ids)
  local from = last == '' and '-' or '(' .. sortable(last)
  repeat
    local chunk = redis.call('ZRANGEBYLEX', ids, from, '+', 'LIMIT', 0, CHUNK)
    for _, sorted in ipairs(chunk) do
      if not look(idOf(sorted), fieldsOf(idOf(sorted))) then return false end
    end
    from = #chunk > 0 and '(' .. chunk[#chunk]
  until #chunk < CHUNK
  return true
end

local function lookThroughUnread()
  local from = lastDelivered()
  if last ~= '' and sortable(last) > sortable(from) then from = last end
  repeat
    local chunk = redis.call('XRANGE', stream, '(' .. from, '+', 'COUNT', CHUNK)
    for _, entry in ipairs(chunk) do
      from = entry[1]
      local isDelayed = (timeOf(entry[2], 'loggia:due') or 0) > now
      if not look(from, not isDelayed and entry[2]) then return end
    end
  until #chunk < CHUNK
end

redis.call('XLEN', stream)
returnDue(now)
clearExpired(now, RETURNED_MAX)
if state ~= 'waiting' then
  lookThrough(({ leased = leased, delayed = delayed, dead = dead })[state])
elseif lookThrough(returned) then
  lookThroughUnread()
end
return { found, isOver and '' or last }
