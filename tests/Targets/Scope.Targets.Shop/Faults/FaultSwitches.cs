// Which faults are on right now. Read by the services on each call, turned by the command line and by POST /faults/NAME.
using System.Collections.Concurrent;

namespace Scope.Targets.Shop.Faults;

/// <summary>The switches of the faults.</summary>
public sealed class FaultSwitches(ShopOptions options)
{
    readonly ConcurrentDictionary<Fault, bool> _on = new(options.Faults.Select(fault => KeyValuePair.Create(fault, true)));

    /// <summary>Whether a fault is on.</summary>
    public bool IsOn(Fault fault) => _on.ContainsKey(fault);

    /// <summary>The names of those that are on.</summary>
    public IEnumerable<string> On => _on.Keys.Select(fault => fault.Name).Order();

    /// <summary>Turns a fault on or off.</summary>
    public void Turn(Fault fault, bool on)
    {
        if (on)
            _on[fault] = true;
        else
            _on.TryRemove(fault, out _);
    }
}
