// How often rules may fire: so many times a day, and not again for one service before its cool-down is over. Read back from the
// audit log, so that a service manager that starts us again and again makes no storm of incidents.
namespace Scope.Agent.Watch;

/// <summary>The limits of all rules. Safe for any number of threads.</summary>
sealed class RuleLimits
{
    readonly Lock _lock = new();
    readonly Dictionary<(string Rule, string Service), DateTime> _last = [];
    readonly Dictionary<string, (DateTime Day, int Times)> _days = [];

    /// <param name="before">What the audit log tells of earlier runs.</param>
    public RuleLimits(IEnumerable<AuditEntry> before)
    {
        foreach (var entry in before)
            if (entry is { What: AuditLog.Fired, Done: true }) Count(entry.Rule, entry.Service, entry.Time);
    }

    /// <summary>Whether a rule may fire for a service now; if so, it is counted. Else why not, where that is worth telling: at the first time beyond a day's.</summary>
    public bool TryFire(WatchRule rule, string service, DateTime now, out string? why)
    {
        why = null;
        lock (_lock)
        {
            if (_last.TryGetValue((rule.Name, service), out var last) && now - last < rule.CoolDown) return false;
            var times = _days.TryGetValue(rule.Name, out var day) && day.Day == now.Date ? day.Times : 0;
            if (times >= rule.TimesADay)
            {
                if (times == rule.TimesADay) why = $"it has fired {times} times today, as often as times_a_day allows; it rests until tomorrow";
                _days[rule.Name] = (now.Date, rule.TimesADay + 1);
                return false;
            }
            Count(rule.Name, service, now);
            return true;
        }
    }

    void Count(string rule, string service, DateTime at)
    {
        _last[(rule, service)] = at;
        _days[rule] = (at.Date, _days.TryGetValue(rule, out var day) && day.Day == at.Date ? day.Times + 1 : 1);
    }
}
