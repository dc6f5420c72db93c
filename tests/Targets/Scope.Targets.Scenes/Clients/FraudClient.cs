// Asks for each payment whether it is fraud.
namespace Scenes.Payments;

public interface IFraudCheck
{
    Task<bool> IsFraudAsync(int payment);
}

public sealed class FraudClient(HttpClient http) : IFraudCheck
{
    public async Task<bool> IsFraudAsync(int payment)
    {
        using var answer = await http.PostAsJsonAsync("/score", new { payment });
        return (await answer.Content.ReadAsStringAsync()).StartsWith('1');
    }
}

public sealed class CheckoutService(IFraudCheck fraud)
{
    public async Task<string> PayAsync(int payment) => await fraud.IsFraudAsync(payment) ? "refused" : "paid";
}
