-- ARGV: now; then the receipts. Returns the places of the stale ones.
return settle(2, tonumber(ARGV[1]), function(id, note)
  letGo(id)
  forget(id, note.dedup)
end)
