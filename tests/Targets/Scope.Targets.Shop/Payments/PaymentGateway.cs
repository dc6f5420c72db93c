// Taking money: the bank confirms over HTTP.
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Quotes;

namespace Scope.Targets.Shop.Payments;

/// <summary>Charges customers.</summary>
public sealed class PaymentGateway(SupplierClient bank, FaultSwitches faults)
{
    /// <summary>Charges, and returns the bank's receipt.</summary>
    public Task<string> PayAsync(int payment) => faults.IsOn(FaultTable.PoolStarvation) ? Task.FromResult(Charge(payment)) : bank.ConfirmAsync(payment);

    /// <summary>The fault: the worker thread stands still until another worker thread brings the answer.</summary>
    string Charge(int payment) => "receipt " + bank.ConfirmAsync(payment).Result;
}
