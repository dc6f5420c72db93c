// A unary gRPC method over Kestrel's HTTP/2: length-prefixed protobuf messages in the body, the status in trailers.
// Written on the wire format, because the gRPC server package does not restore everywhere that this must build.
using System.Buffers.Binary;
using Google.Protobuf;
using Scope.Targets.Shop.Catalog;

namespace Scope.Targets.Shop.Protocols;

/// <summary>Serves scope.shop.Quotes/GetQuote.</summary>
public sealed class GrpcQuotes(ProductCatalog catalog, PriceCalculator prices)
{
    const int PrefixBytes = 5; // One byte "compressed", four bytes length, big-endian.
    const int MessageBytes = 1 << 20;
    const int StatusOk = 0;
    const int StatusInvalidArgument = 3;
    const int StatusUnimplemented = 12;

    /// <summary>Answers one call.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        var (request, status, complaint) = await ReadAsync(context.Request);
        if (request is not null)
        {
            var product = catalog.At(request.Product);
            await WriteAsync(context.Response, new QuoteReply { Cents = prices.Total(request.Product, request.Quantity), Product = product.Name });
        }
        context.Response.AppendTrailer("grpc-status", status.ToString());
        if (complaint is not null)
            context.Response.AppendTrailer("grpc-message", complaint);
    }

    static async Task<(QuoteRequest? Request, int Status, string? Complaint)> ReadAsync(HttpRequest request)
    {
        var prefix = new byte[PrefixBytes];
        if (await request.Body.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false) < PrefixBytes)
            return (null, StatusInvalidArgument, "the message ended within its prefix");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (prefix[0] != 0)
            return (null, StatusUnimplemented, "compressed messages are not read");
        if (length > MessageBytes)
            return (null, StatusInvalidArgument, $"a message of {length} bytes is longer than {MessageBytes}");
        var body = new byte[length];
        if (await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false) < body.Length)
            return (null, StatusInvalidArgument, "the message ended before its length");
        try
        {
            return (QuoteRequest.Parser.ParseFrom(body), StatusOk, null);
        }
        catch (InvalidProtocolBufferException wrong)
        {
            return (null, StatusInvalidArgument, wrong.Message);
        }
    }

    static async Task WriteAsync(HttpResponse response, QuoteReply reply)
    {
        var frame = new byte[PrefixBytes + reply.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
        reply.WriteTo(frame.AsSpan(PrefixBytes));
        await response.Body.WriteAsync(frame);
    }
}
