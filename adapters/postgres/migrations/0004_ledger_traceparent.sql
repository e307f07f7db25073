-- A reminder continues the trace of the request that asked for it (W3C Trace Context), however much later it comes.
alter table ledger add column traceparent text;
