/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: /sys/kernel/tracing/events/jailhouse. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM jailhouse

#if !defined(_JAILHOUSE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _JAILHOUSE_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

/* The name of a cell, of at most 31 characters. */
#define JH_TRACE_NAME	32

/* The hypervisor was entered or left, or not: then @result is an errno. */
DECLARE_EVENT_CLASS(jailhouse_result,
		    TP_PROTO(int result),
		    TP_ARGS(result),
		    TP_STRUCT__entry(__field(int, result)),
		    TP_fast_assign(__entry->result = result;),
		    TP_printk("result=%d", __entry->result)
);

DEFINE_EVENT(jailhouse_result, jailhouse_enable,
	     TP_PROTO(int result),
	     TP_ARGS(result)
);

DEFINE_EVENT(jailhouse_result, jailhouse_disable,
	     TP_PROTO(int result),
	     TP_ARGS(result)
);

/* @result is the number of the new cell, or an errno. */
TRACE_EVENT(jailhouse_cell_create,
	    TP_PROTO(const char *name, long result),
	    TP_ARGS(name, result),
	    TP_STRUCT__entry(__array(char, name, JH_TRACE_NAME)
			     __field(long, result)),
	    TP_fast_assign(strscpy(__entry->name, name, JH_TRACE_NAME);
			   __entry->result = result;),
	    TP_printk("name=%s result=%ld", __entry->name, __entry->result)
);

DECLARE_EVENT_CLASS(jailhouse_cell,
		    TP_PROTO(const char *name, int id, long result),
		    TP_ARGS(name, id, result),
		    TP_STRUCT__entry(__array(char, name, JH_TRACE_NAME)
				     __field(int, id)
				     __field(long, result)),
		    TP_fast_assign(strscpy(__entry->name, name, JH_TRACE_NAME);
				   __entry->id = id;
				   __entry->result = result;),
		    TP_printk("name=%s id=%d result=%ld", __entry->name, __entry->id,
			      __entry->result)
);

DEFINE_EVENT(jailhouse_cell, jailhouse_cell_start,
	     TP_PROTO(const char *name, int id, long result),
	     TP_ARGS(name, id, result)
);

DEFINE_EVENT(jailhouse_cell, jailhouse_cell_stop,
	     TP_PROTO(const char *name, int id, long result),
	     TP_ARGS(name, id, result)
);

DEFINE_EVENT(jailhouse_cell, jailhouse_cell_destroy,
	     TP_PROTO(const char *name, int id, long result),
	     TP_ARGS(name, id, result)
);

/* @ticks of the TSC passed before this CPU came back from entry(), as a guest or not. */
TRACE_EVENT(jailhouse_enter,
	    TP_PROTO(int result, u64 ticks),
	    TP_ARGS(result, ticks),
	    TP_STRUCT__entry(__field(int, result)
			     __field(u64, ticks)),
	    TP_fast_assign(__entry->result = result;
			   __entry->ticks = ticks;),
	    TP_printk("result=%d ticks=%llu", __entry->result, __entry->ticks)
);

/* @ticks of the TSC passed before the hypervisor answered; @code is JAILHOUSE_HC_*. */
TRACE_EVENT(jailhouse_hypercall,
	    TP_PROTO(u32 code, long result, u64 ticks),
	    TP_ARGS(code, result, ticks),
	    TP_STRUCT__entry(__field(u32, code)
			     __field(long, result)
			     __field(u64, ticks)),
	    TP_fast_assign(__entry->code = code;
			   __entry->result = result;
			   __entry->ticks = ticks;),
	    TP_printk("code=%u result=%ld ticks=%llu", __entry->code, __entry->result,
		      __entry->ticks)
);

/* @count accesses by @cpu were denied since the last such event. */
TRACE_EVENT(jailhouse_denied,
	    TP_PROTO(unsigned int cpu, u32 count),
	    TP_ARGS(cpu, count),
	    TP_STRUCT__entry(__field(unsigned int, cpu)
			     __field(u32, count)),
	    TP_fast_assign(__entry->cpu = cpu;
			   __entry->count = count;),
	    TP_printk("cpu=%u count=%u", __entry->cpu, __entry->count)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
