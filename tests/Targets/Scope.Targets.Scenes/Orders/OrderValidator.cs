// Checks orders, layer by layer.
namespace Scenes.Orders;

public sealed class InvalidOrderException(string message, Exception? inner = null) : Exception(message, inner);

public sealed class OrderValidator
{
    public async Task ValidateAsync(int order)
    {
        await Task.Yield();
        if (order % 10 != 0)
            throw new InvalidOrderException($"order {order} has no address");
    }
}

public sealed class OrderPipeline(OrderValidator validator)
{
    public async Task<int> RunAsync(int order)
    {
        int refused = 0;
        for (int line = 0; line < 5; line++)
            try
            {
                await CheckAsync(order + line);
            }
            catch (InvalidOrderException)
            {
                refused++;
            }
        return refused;
    }

    async Task CheckAsync(int order)
    {
        try
        {
            await validator.ValidateAsync(order);
        }
        catch (InvalidOrderException invalid)
        {
            throw new InvalidOrderException("check failed", invalid);
        }
    }
}
