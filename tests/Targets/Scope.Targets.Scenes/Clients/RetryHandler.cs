// Charges cards; tries again when the bank does not answer well.
namespace Scenes.Payments;

public sealed class RetryHandler : DelegatingHandler
{
    const int Attempts = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        for (int attempt = 1; attempt < Attempts && !response.IsSuccessStatusCode; attempt++)
        {
            response.Dispose();
            response = await base.SendAsync(request, cancellationToken);
        }
        return response;
    }
}

public sealed class ChargeService(HttpClient bank)
{
    public async Task<string> ChargeAsync(int order)
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await bank.GetAsync($"/charge/{order}");
            if (answer.IsSuccessStatusCode)
                return "charged";
        }
        return "later";
    }
}
